export default function Request(_: { parts: string[] }) { return null }
