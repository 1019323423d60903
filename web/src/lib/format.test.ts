import { describe, expect, it, vi } from 'vitest';
import { makeFormats, roundMoney, UNKNOWN } from './format';

const pt = makeFormats('pt-BR', 'BRL', 'America/Sao_Paulo');
const en = makeFormats('en', 'BRL', 'America/Sao_Paulo');
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formats', () => {
  it('write money and numbers as the locale does', () => {
    expect(plain(pt.money(1234.5))).toBe('R$ 1.234,50');
    expect(plain(en.money(1234.5))).toBe('R$1,234.50');
    expect(pt.whole(24647)).toBe('24.647');
    expect(plain(pt.percent(0.01777))).toBe('1,78%');
    expect(makeFormats('en', 'JPY', 'Asia/Tokyo').money(1200)).toBe('¥1,200');
  });

  it("say which money it is where it isn't the tenant's", () => {
    expect(plain(pt.moneyIn(7, 'USD'))).toBe('US$ 7,00');
    expect(plain(pt.moneyIn(7, 'JPY'))).toBe('JP¥ 7');
    expect(plain(pt.moneyIn(7, 'BRL'))).toBe(plain(pt.money(7)));
    expect(pt.moneyIn(null, '')).toBe(UNKNOWN);
  });

  it('write what is unknown as a dash, never as zero', () => {
    for (const text of [pt.money(null), pt.whole(null), pt.percent(null)]) expect(text).toBe(UNKNOWN);
    expect(pt.whole(0)).toBe('0');
  });

  it('put a sign on changes', () => {
    expect(plain(pt.signedPercent(0.132))).toBe('+13,2%');
    expect(plain(en.signedPercent(-0.05))).toBe('-5.0%');
    expect(pt.signedPoints(0.42)).toBe('+0,42');
  });

  it('show instants in the tenant’s zone and days as they are', () => {
    expect(pt.time('2026-11-23T02:30:00Z')).toBe('23:30');
    expect(pt.dayNumeric('2026-11-23')).toBe('23/11/2026');
    expect(makeFormats('pt-BR', 'BRL', 'Pacific/Kiritimati').dayNumeric('2026-11-23')).toBe('23/11/2026');
    expect(pt.dateTimeFull('2026-11-23T00:00:00Z')).toContain('22/11/2026');
    expect(pt.time('2026-11-23T03:00:00Z')).toBe('00:00'); // not 24:00
  });

  it('say the year where it is another one, in the tenant’s zone', () => {
    vi.useFakeTimers({ now: new Date('2027-01-01T02:00:00Z') }); // 2026 in São Paulo
    expect(pt.dateTime('2026-09-03T20:40:00Z')).toBe('3 de set., 17:40');
    expect(pt.dateTime('2018-09-03T20:40:00Z')).toBe('3 de set. de 2018, 17:40');
    expect(en.dateTime('2018-09-03T20:40:00Z')).toBe('Sep 3, 2018, 17:40');
    expect([pt.dayOf('2026-09-03'), pt.dayOf('2018-09-03')]).toEqual(['3 de set.', '3 de set. de 2018']);
    vi.useRealTimers();
  });

  it('round money to what its currency has', () => {
    expect([roundMoney(0.1 + 0.2, 'BRL'), roundMoney(1.2346, 'KWD'), roundMoney(1199.6, 'JPY')]).toEqual([0.3, 1.235, 1200]);
  });

  it('say how long ago and how long', () => {
    const now = new Date('2026-11-23T12:00:00Z');
    expect(pt.ago('2026-11-23T11:55:00Z', now)).toBe('há 5 minutos');
    expect(en.ago('2026-11-22T12:00:00Z', now)).toBe('yesterday');
    expect(pt.ago('2026-11-23T11:59:50Z', now)).toBe('agora');
    expect([pt.duration(850), pt.duration(1830), pt.duration(93_000), pt.duration(7_260_000)]).toEqual(['850 ms', '1,8 s', '1 min 33 s', '2 h 1 min']);
    expect([pt.duration(999.6), pt.duration(59_960), pt.duration(119_700), pt.duration(3_599_700)]).toEqual(['1 s', '1 min 0 s', '2 min 0 s', '1 h 0 min']);
  });
});
