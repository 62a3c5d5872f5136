export default function Service(_: { parts: string[] }) { return null }
