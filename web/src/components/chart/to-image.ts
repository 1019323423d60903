// A chart as a PNG: the SVG with its computed colours and its font written into it, drawn on the page's own background.
import fontUrl from '@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2?url';

export interface Caption {
  title: string;
  subtitle: string;
  total: string; // of the days shown, in bold
  facts: string; // about the total: its change, up to when it counts
  now: string; // what the bars or the line are
  before: string; // what the dashed line is
}

const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'font-size', 'font-weight'];
const FONT = 'Chart';
const PADDING = 24;
const HEADER = 112;
const SCALE = 2;

// A picture sees nothing of the page, so the font comes along; without it, texts are drawn in another one.
async function fontFace(): Promise<string> {
  const answer = await fetch(fontUrl).catch(() => null);
  if (!answer?.ok) return '';
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const url = `data:font/woff2;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
  return `@font-face { font-family: ${FONT}; font-weight: 100 900; src: url(${url}) format('woff2'); }`;
}

function standalone(svg: SVGSVGElement, face: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, place) => {
    const original = originals[place];
    if (!original) return;
    const computed = getComputedStyle(original);
    for (const name of STYLES) {
      const value = computed.getPropertyValue(name);
      if (value !== '' && !value.startsWith('url')) element.setAttribute(name, value);
    }
    element.setAttribute('font-family', `${FONT}, system-ui, sans-serif`);
  });
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = face;
  copy.prepend(style);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

async function picture(source: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  return image;
}

// As much of `text` as there is room for.
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  let shown = text;
  for (let end = text.length; end > 0 && context.measureText(shown).width > room; end -= 1) shown = `${text.slice(0, end)}…`;
  return shown;
}

async function pngOf(svg: SVGSVGElement, caption: Caption): Promise<Blob> {
  const image = await picture(standalone(svg, await fontFace()));
  const width = svg.width.baseVal.value + 2 * PADDING;
  const height = svg.height.baseVal.value + HEADER + 2 * PADDING;
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  context.scale(SCALE, SCALE);
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, width, height);
  context.fillStyle = colour('--ink');
  context.font = `600 18px ${font}`;
  const room = width - 2 * PADDING;
  context.fillText(fitting(context, caption.title, room), PADDING, PADDING + 16);
  context.fillText(caption.total, PADDING, PADDING + 66, room);
  const after = context.measureText(caption.total).width + 10;
  context.fillStyle = colour('--ink-3');
  context.font = `13px ${font}`;
  context.fillText(fitting(context, caption.subtitle, room), PADDING, PADDING + 38);
  context.fillText(fitting(context, caption.facts, room - after), PADDING + after, PADDING + 66);
  let at = PADDING;
  let line = PADDING + 88;
  for (const [text, stroke, dash] of [[caption.now, '--series', []], [caption.before, '--previous', [4, 4]]] as const) {
    const taken = 24 + context.measureText(text).width;
    if (at > PADDING && at + taken > width - PADDING) {
      at = PADDING;
      line += 20;
    }
    context.strokeStyle = colour(stroke);
    context.lineWidth = dash.length === 0 ? 3 : 1.5;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(at, line);
    context.lineTo(at + 16, line);
    context.stroke();
    context.fillText(text, at + 24, line + 4.5);
    at += taken + 24;
  }
  context.drawImage(image, PADDING, PADDING + HEADER);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no image'))), 'image/png');
  });
}

// To the clipboard; where that is not allowed (plain HTTP, older browsers), the caller gets the image to save.
export async function copyImage(svg: SVGSVGElement, caption: Caption): Promise<Blob | null> {
  const image = await pngOf(svg, caption);
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
    return null;
  } catch {
    return image;
  }
}
