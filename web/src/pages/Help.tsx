export default function Help(_: { parts: string[] }) { return null }
