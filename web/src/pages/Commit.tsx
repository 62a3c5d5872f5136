export default function Commit(_: { parts: string[] }) { return null }
