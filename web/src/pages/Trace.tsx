export default function Trace(_: { parts: string[] }) { return null }
