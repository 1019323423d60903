import { describe, expect, it } from 'vitest';
import { csvStyle, toCsv } from './csv';

describe('spreadsheet files', () => {
  it('follow the locale', () => {
    const rows = [['2026-02-01', 1234.5, 0.0178, null]];
    expect(toCsv(['Dia', 'Receita', 'Conversão', 'Visitas'], rows, csvStyle('pt-BR'))).toBe('Dia;Receita;Conversão;Visitas\r\n2026-02-01;1234,5;0,0178;\r\n');
    expect(toCsv(['Day', 'Revenue', 'Conversion', 'Visits'], rows, csvStyle('en'))).toBe('Day,Revenue,Conversion,Visits\r\n2026-02-01,1234.5,0.0178,\r\n');
  });

  it('quote what would fall apart', () => {
    const style = csvStyle('pt-BR');
    expect(toCsv(['a;b'], [['diz "oi"'], ['duas\nlinhas'], ['a,b']], style)).toBe('"a;b"\r\n"diz ""oi"""\r\n"duas\nlinhas"\r\na,b\r\n');
  });

  it('never let a title become a formula, nor a number become text', () => {
    const style = csvStyle('en');
    for (const evil of ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1']) expect(toCsv(['t'], [[evil]], style).split('\r\n')[1]).toMatch(/^"?'/);
    expect(toCsv(['n'], [[-12.5]], style)).toContain('\r\n-12.5\r\n');
  });
});
