// Which days are looked at. Written in the URL as ?period=, or ?from=&to= for a range of one's own.
import { addDays, daysIn, isDay, type Day } from './dates';
import type { Changes } from './location';

export const PRESETS = ['today', 'yesterday', '7', '30', '90'] as const;
export type Preset = (typeof PRESETS)[number];

export interface Period {
  preset: Preset | 'custom';
  from: Day;
  to: Day;
  days: number;
  // What the API is asked for.
  query: { days: number } | { from: Day; to: Day };
}

export const MAX_DAYS = 366;
const DEFAULT: Preset = '30';

function ofPreset(preset: Preset, today: Day): Period {
  if (preset === 'yesterday') {
    const day = addDays(today, -1);
    return { preset, from: day, to: day, days: 1, query: { from: day, to: day } };
  }
  const days = preset === 'today' ? 1 : Number(preset);
  return { preset, from: addDays(today, 1 - days), to: today, days, query: { days } };
}

// Anything that can't be read, ends in the future or is too long falls back to the default.
export function parsePeriod(params: URLSearchParams, today: Day): Period {
  const from = params.get('from');
  const to = params.get('to');
  if (isDay(from) && isDay(to) && from <= to && to <= today && daysIn(from, to) <= MAX_DAYS) {
    return { preset: 'custom', from, to, days: daysIn(from, to), query: { from, to } };
  }
  const preset = PRESETS.find((known) => known === params.get('period'));
  return ofPreset(preset ?? DEFAULT, today);
}

export function presetParams(preset: Preset): Changes {
  return { period: preset === DEFAULT ? null : preset, from: null, to: null };
}

export function rangeParams(from: Day, to: Day): Changes {
  return { period: null, from, to };
}
