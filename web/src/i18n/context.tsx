// The language, the formats and the tenant's zone for everything below.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
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
  // For this browser's visitors that have no account.
  choose: (locale: Locale) => void;
  // Whether somebody did since this page was opened.
  chosen: boolean;
}

const Context = createContext<Language | null>(null);

interface Props {
  // The account's; undefined before anybody signed in.
  own?: string | undefined;
  // Where there is neither an account nor a choice.
  preferred?: string | undefined;
  currency?: string | undefined;
  zone?: string | undefined;
  children: ReactNode;
}

// What the account says, then what this browser was told last, then the browser's own language.
export function LanguageProvider({ own, preferred, currency = 'BRL', zone = 'America/Sao_Paulo', children }: Props) {
  const [stored, store] = useStored(KEY);
  const [chosen, setChosen] = useState(false);
  const choose = useCallback(
    (next: Locale) => {
      store(next);
      setChosen(true);
    },
    [store],
  );
  const locale = nearest(own ?? stored ?? preferred ?? navigator.language);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const value = useMemo(
    () => ({ m: CATALOGUE[locale], f: makeFormats(locale, currency, zone), locale, choose, chosen }),
    [locale, currency, zone, choose, chosen],
  );
  return <Context value={value}>{children}</Context>;
}

export function useLanguage(): Language {
  const language = useContext(Context);
  if (language === null) throw new Error('no LanguageProvider');
  return language;
}
