export default function Config(_: { parts: string[] }) { return null }
