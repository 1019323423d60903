const NAMES: Record<string, string> = { mercadolivre: 'Mercado Livre', shopee: 'Shopee', amazon: 'Amazon', magalu: 'Magalu' };

// What tells a listing from others besides its title, where that isn't its id already: "MLB1 · Shopee".
export function listingMark({ title, externalId, marketplace }: { title: string; externalId: string; marketplace: string }, withPlace: boolean): string {
  return [...(title === externalId ? [] : [externalId]), ...(withPlace ? [marketplaceName(marketplace)] : [])].join(' · ');
}

// A marketplace as people call it; one we don't know keeps its id.
export const marketplaceName = (id: string) => NAMES[id] ?? id;
