export default function Workloads(_: { parts: string[] }) { return null }
