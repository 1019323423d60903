const NAMES: Record<string, string> = { mercadolivre: 'Mercado Livre', shopee: 'Shopee', amazon: 'Amazon', magalu: 'Magalu' };

// A marketplace as people call it; one we don't know keeps its id.
export const marketplaceName = (id: string) => NAMES[id] ?? id;
