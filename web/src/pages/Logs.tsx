export default function Logs(_: { parts: string[] }) { return null }
