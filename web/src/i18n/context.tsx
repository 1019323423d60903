// The language, the formats and the tenant's zone for everything below.
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { makeFormats, type Formats, type Locale } from '../lib/format';
import { useStored } from '../lib/storage';
import { en } from './en';
import { ptBR, type Messages } from './pt-BR';

const CATALOGUE: Record<Locale, Messages> = { 'pt-BR': ptBR, en };
const KEY = 'onda.locale';

export const LOCALES: { locale: Locale; name: string }[] = [
  { locale: 'pt-BR', name: 'Português' },
  { locale: 'en', name: 'English' },
];

// The language we have for the tag of any.
export const nearest = (tag: string): Locale => (tag.toLowerCase().startsWith('en') ? 'en' : 'pt-BR');

interface Language {
  m: Messages;
  f: Formats;
  locale: Locale;
  choose: (locale: Locale) => void;
}

const Context = createContext<Language | null>(null);

interface Props {
  // The user's own, or the tenant's; undefined before anybody signed in.
  preferred?: string | undefined;
  currency?: string | undefined;
  zone?: string | undefined;
  children: ReactNode;
}

// What this browser was told wins over what the account says, that over the browser's own language.
export function LanguageProvider({ preferred, currency = 'BRL', zone = 'America/Sao_Paulo', children }: Props) {
  const [stored, store] = useStored(KEY);
  const locale = nearest(stored ?? preferred ?? navigator.language);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const value = useMemo(
    () => ({ m: CATALOGUE[locale], f: makeFormats(locale, currency, zone), locale, choose: store }),
    [locale, currency, zone, store],
  );
  return <Context value={value}>{children}</Context>;
}

export function useLanguage(): Language {
  const language = useContext(Context);
  if (language === null) throw new Error('no LanguageProvider');
  return language;
}
