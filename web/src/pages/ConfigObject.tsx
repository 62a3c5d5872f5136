export default function ConfigObject(_: { parts: string[] }) { return null }
