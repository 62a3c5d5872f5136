export default function Traces(_: { parts: string[] }) { return null }
