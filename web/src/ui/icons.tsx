import type { ReactNode } from 'react'

// A small set of line icons, drawn on 16 × 16.

const paths: Record<string, ReactNode> = {
  home: <path d="M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z" />,
  map: (
    <>
      <circle cx="3.5" cy="8" r="1.8" />
      <circle cx="12" cy="3.8" r="1.8" />
      <circle cx="12" cy="12.2" r="1.8" />
      <path d="m5.2 7.2 5.1-2.6M5.2 8.8l5.1 2.6" />
    </>
  ),
  services: <path d="M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z" />,
  workloads: <path d="m8 1.8 5.6 3v6.4L8 14.2l-5.6-3V4.8zM2.4 4.8 8 7.9l5.6-3.1M8 7.9v6.3" />,
  why: <path d="M5.6 5.8A2.5 2.5 0 1 1 9 8.1c-.7.3-1 .8-1 1.5v.4M8 12.6v.1M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 0 0 8 1.6Z" />,
  live: <path d="M1.5 8h3l2-5 3 10 2-5h3" />,
  traces: <path d="M2 3.5h8M4 8h9M6.5 12.5H12" strokeWidth="2.2" />,
  logs: <path d="M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3" />,
  identity: (
    <>
      <path d="M8 1.7 13 3.6v4c0 3-2 5.4-5 6.7-3-1.3-5-3.7-5-6.7v-4z" />
      <path d="m5.8 8 1.6 1.6 3-3.2" />
    </>
  ),
  config: <path d="M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6M9.8 2.8v3.4M6.2 9.8v3.4" />,
  proxies: <path d="M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.1M4.5 11h.1" />,
  help: <path d="M2.5 4h11v8.5h-11zM5 6.5h.1M8 6.5h.1M11 6.5h.1M5 10h6" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.8M8 12.7v1.8M1.5 8h1.8M12.7 8h1.8M3.4 3.4l1.3 1.3M11.3 11.3l1.3 1.3M12.6 3.4l-1.3 1.3M4.7 11.3l-1.3 1.3" />
    </>
  ),
  moon: <path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z" />,
  logout: <path d="M6.5 2.5h-4v11h4M10 5l3.2 3L10 11M13 8H6" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  fit: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  play: <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" />,
  pause: <path d="M5 3v10M11 3v10" strokeWidth="2.4" />,
  close: <path d="m3.5 3.5 9 9M12.5 3.5l-9 9" />,
  copy: <path d="M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3" />,
  unlock: <path d="M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 4.8-1" />,
  target: (
    <>
      <circle cx="8" cy="8" r="5.4" />
      <circle cx="8" cy="8" r="1.8" />
    </>
  ),
  pin: <path d="M8 14V9.5M4.5 9.5h7l-1.2-2.3V3H5.7v4.2z" />,
  motion: <path d="M2 8h5M2 4.5h3M2 11.5h3M9 4l4.5 4L9 12z" />,
  good: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.3 8.2 1.9 1.9 3.5-4" />
    </>
  ),
  warn: <path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1" />,
  bad: (
    <>
      <path d="M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5z" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" />
    </>
  ),
  none: (
    <>
      <circle cx="8" cy="8" r="6" strokeDasharray="2.4 2.2" />
    </>
  ),
}

export function Icon({ name, size = 16 }: { name: string; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {paths[name]}
    </svg>
  )
}
