export default function Why(_: { parts: string[] }) { return null }
