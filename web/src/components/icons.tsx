// The icon set: one stroke, a 20-unit grid, no meaning of their own (a word always stands beside or behind).
import type { ReactNode } from 'react';

const SHAPES = {
  overview: <path d="M3 15c2.4 0 2.6-8 5-8s2.4 5 4.6 5S14.8 5 17 5" />,
  listings: <path d="M3.5 4.5h5v5h-5zM3.5 12.5h5v3h-5zM11.5 5.5h5M11.5 8.5h3.5M11.5 13h5M11.5 15.5h3" />,
  jobs: <path d="M4 10a6 6 0 0 1 10.6-3.9M16 10a6 6 0 0 1-10.6 3.9M14.8 3v3.3h-3.3M5.2 17v-3.3h3.3" />,
  schedules: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.7" />,
  chevron: <path d="m6 8 4 4 4-4" />,
  left: <path d="m11.5 5-5 5 5 5" />,
  right: <path d="m8.5 5 5 5-5 5" />,
  up: <path d="M10 16V4.5M5 9.5l5-5 5 5" />,
  down: <path d="M10 4v11.5M5 10.5l5 5 5-5" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  check: <path d="m4.5 10.5 3.7 3.7L15.5 6.5" />,
  alert: <path d="M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2v.1" />,
  stop: <path d="M7 3h6l4 4v6l-4 4H7l-4-4V7zM10 6.8v4M10 13.2v.1" />,
  help: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.3v4.2M10 6.6v.1" />,
  search: <path d="M8.8 14.1a5.3 5.3 0 1 0 0-10.6 5.3 5.3 0 0 0 0 10.6zM12.8 12.8l3.7 3.7" />,
  download: <path d="M10 3.5v9M6 9l4 4 4-4M4 16.5h12" />,
  image: <path d="M3.5 4.5h13v11h-13zM3.5 13l3.7-3.5 3 2.7 2.6-2.2 3.7 3.3M13 7.6v.1" />,
  print: <path d="M6 7.5v-4h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8v5H6z" />,
  table: <path d="M3.5 4.5h13v11h-13zM3.5 8.2h13M3.5 11.9h13M8.5 4.5v11" />,
  chart: <path d="M3.5 16.5h13M6 13.5V10M10 13.5V5M14 13.5V8" />,
  play: <path d="M6.5 4.5v11l9-5.5z" />,
  pause: <path d="M7 4.5v11M13 4.5v11" />,
  clock: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.7" />,
  filter: <path d="M3.5 5h13M6 10h8M8.5 15h3" />,
  store: <path d="M3.5 8.5 5 3.5h10l1.5 5M3.5 8.5c0 1.2 1 2.2 2.2 2.2s2.1-1 2.1-2.2c0 1.2 1 2.2 2.2 2.2s2.2-1 2.2-2.2c0 1.2.9 2.2 2.1 2.2s2.2-1 2.2-2.2M4.7 10.7v5.8h10.6v-5.8" />,
  person: <path d="M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5" />,
  people: <path d="M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 15.8c.5-2.7 2.5-4 5-4s4.5 1.3 5 4M13 4.6a2.6 2.6 0 0 1 0 4.7M15 12.2c1.4.6 2.3 1.8 2.5 3.6" />,
  out: <path d="M8 3.5H4v13h4M8.5 10h8M13 6.5l3.5 3.5-3.5 3.5" />,
  plug: <path d="M3 3l14 14M7 8.5a5 5 0 0 0 .5 6.5M4.5 6A8 8 0 0 0 4 12M12.5 5.2a5 5 0 0 1 2.8 6.6M15.5 4a8 8 0 0 1 1.7 8" />,
  arrow: <path d="M4 10h12M11.5 5.5 16 10l-4.5 4.5" />,
  eye: <path d="M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z" />,
  eyeOff: <path d="M3.5 3.5l13 13M8.2 5.2A8 8 0 0 1 10 5c5 0 7.5 5 7.5 5a13 13 0 0 1-2.3 2.9M5.3 6.8A12.6 12.6 0 0 0 2.5 10S5 15 10 15a8 8 0 0 0 3.4-.7" />,
  minus: <path d="M5 10h10" />,
  key: <path d="M7 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM9.5 10.5l7-7M13.5 6.5l2.5 2.5" />,
  edit: <path d="M4 16l.7-3.4 8.6-8.6 2.7 2.7-8.6 8.6zM11.3 6l2.7 2.7" />,
  trash: <path d="M4 6h12M8 6V3.5h4V6M5.5 6l.8 10.5h7.4L14.5 6M8.6 9v4.5M11.4 9v4.5" />,
  copy: <path d="M7.5 7.5h9v9h-9zM7.5 12.5h-4v-9h9v4" />,
  merge: <path d="M5 3.5v3c0 3 5 3 5 6.5v3.5M15 3.5v3c0 3-5 3-5 6.5M7 14l3 3 3-3" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}

export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M4 13c4 0 4-4 8-4s4 4 8 4 4-4 8-4" />
      <path className="mark-second" d="M4 22c4 0 4-4 8-4s4 4 8 4 4-4 8-4" />
    </svg>
  );
}
