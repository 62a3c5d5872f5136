export default function Proxies(_: { parts: string[] }) { return null }
