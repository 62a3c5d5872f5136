export default function Live(_: { parts: string[] }) { return null }
