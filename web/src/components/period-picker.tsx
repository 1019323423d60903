import { useState, type SubmitEvent } from 'react';
import { useToday } from '../api/session';
import { Button } from './button';
import { Choice } from './choice';
import { Field } from './field';
import { Icon } from './icons';
import { Popover } from './popover';
import { useLanguage } from '../i18n/context';
import { daysIn, isDay } from '../lib/dates';
import { setParams } from '../lib/location';
import { MAX_DAYS, presetParams, PRESETS, rangeParams, type Period } from '../lib/period';

export function PeriodPicker({ period }: { period: Period }) {
  const { m, f } = useLanguage();
  const options = PRESETS.map((preset) => ({
    value: preset,
    label: preset === 'today' || preset === 'yesterday' ? m.period[preset] : m.period.days(Number(preset)),
  }));
  return (
    <div className="period">
      <Choice label={m.period.label} options={options} value={period.preset === 'custom' ? null : period.preset} onChange={(preset) => setParams(presetParams(preset))} />
      <Popover
        label={m.period.custom}
        align="end"
        buttonClass={`period-custom ${period.preset === 'custom' ? 'period-chosen' : ''}`}
        button={
          <>
            <span>{period.preset === 'custom' ? f.range(period.from, period.to) : m.period.custom}</span>
            <Icon name="chevron" size={15} />
          </>
        }
      >
        {(close) => <Range period={period} done={close} />}
      </Popover>
    </div>
  );
}

function Range({ period, done }: { period: Period; done: () => void }) {
  const { m } = useLanguage();
  const today = useToday();
  const [from, setFrom] = useState(period.from);
  const [to, setTo] = useState(period.to);
  const whole = isDay(from) && isDay(to);
  const wrong = !whole ? null : from > to ? m.period.backwards : to > today ? m.period.future : daysIn(from, to) > MAX_DAYS ? m.period.tooLong(MAX_DAYS) : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!whole || wrong !== null) return;
    setParams(rangeParams(from, to));
    done();
  };
  return (
    <form className="range" onSubmit={submit}>
      <Field label={m.period.from} type="date" required max={today} value={from} onChange={setFrom} />
      <Field label={m.period.to} type="date" required max={today} value={to} error={wrong} onChange={setTo} />
      <Button type="submit" look="primary">
        {m.period.apply}
      </Button>
    </form>
  );
}
