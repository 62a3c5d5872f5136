export default function Identity(_: { parts: string[] }) { return null }
