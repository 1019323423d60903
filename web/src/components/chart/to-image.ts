// A chart as a PNG: the SVG with its computed colours written into it, drawn on the page's own background.

const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'font-size', 'font-weight'];
const PADDING = 24;
const HEADER = 52;
const SCALE = 2;

function standalone(svg: SVGSVGElement): string {
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
    element.setAttribute('font-family', 'system-ui, sans-serif');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

async function picture(source: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  return image;
}

async function pngOf(svg: SVGSVGElement, title: string, subtitle: string): Promise<Blob> {
  const image = await picture(standalone(svg));
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
  context.fillText(title, PADDING, PADDING + 16);
  context.fillStyle = colour('--ink-3');
  context.font = `13px ${font}`;
  context.fillText(subtitle, PADDING, PADDING + 38);
  context.drawImage(image, PADDING, PADDING + HEADER);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no image'))), 'image/png');
  });
}

// To the clipboard; where that is not allowed (plain HTTP, older browsers), the caller gets the image to save.
export async function copyImage(svg: SVGSVGElement, title: string, subtitle: string): Promise<Blob | null> {
  const image = await pngOf(svg, title, subtitle);
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
    return null;
  } catch {
    return image;
  }
}
