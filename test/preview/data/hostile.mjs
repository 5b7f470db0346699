// SPDX-License-Identifier: Apache-2.0

// Three hours of the worst that the labels and values allow, as OpenMetrics text for
//   promtool tsdb create-blocks-from openmetrics FILE FOLDER
// and the same text each time, but for its end, which is the first argument (seconds, default now). In it: names and
// texts that are as long as the configuration takes, or that would be markup; 400 numbers; four currencies with a price
// of a millionth part and one of a million; accounts that always fail and never do; every status and every result; a
// reset of all counters after an hour and a half; a hole in the scrapes before it; NaN and Inf where a rule can give them.
const MINUTES = 180;
const HOLE = [70, 85];
const RESET = 90;
const end = Math.floor(Number(process.argv[2] ?? Date.now() / 1000) / 60) * 60;
const begin = end - MINUTES * 60;

// mulberry32: small, and the same numbers everywhere.
let state = 9;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const JOB = 'didsms-exporter-in-a-cluster-with-a-long-name';
const INSTANCE = 'didsms-exporter-production-eu-central-1b-7f9c6d5b8-x2x4q.example.internal:9911';
const out = [];
const quote = (s) => `"${String(s).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;

function emit(name, labels, value) {
  const recorded = name.includes(':');
  const all = { job: JOB, ...(recorded || name.startsWith('ALERTS') ? {} : { instance: INSTANCE }), ...labels };
  const head = `${name}{${Object.entries(all).map(([k, v]) => `${k}=${quote(v)}`).join(',')}}`;
  for (let i = 0; i <= MINUTES; i++) {
    if (!recorded && i > HOLE[0] && i < HOLE[1]) continue;
    const v = value(i);
    if (v === undefined) continue;
    out.push(`${head} ${v === Infinity ? '+Inf' : v === -Infinity ? '-Inf' : v} ${begin + i * 60}`);
  }
}

const gauge = emit;
// A counter of so many a minute, with some noise; it begins anew at the reset.
function counter(name, labels, perMinute) {
  const values = [];
  for (let i = 0, sum = 0; i <= MINUTES; i++) {
    const rate = typeof perMinute === 'function' ? perMinute(i) : perMinute;
    const step = rate >= 20 ? Math.round(rate * (0.8 + 0.4 * random())) : rate > 0 ? (random() < rate % 1 ? 1 : 0) + Math.floor(rate) : 0;
    sum = (i === RESET ? 0 : sum) + step;
    values.push(sum);
  }
  emit(name, labels, (i) => values[i]);
  return values;
}
// Observations as classic buckets: share[i] of them lie at or below edges[i], and all at or below +Inf.
function histogram(name, labels, edges, shares, perMinute, mean) {
  const n = counter(`${name}_count`, labels, perMinute);
  emit(`${name}_sum`, labels, (i) => n[i] * mean);
  [...edges, '+Inf'].forEach((le, k) => emit(`${name}_bucket`, { ...labels, le }, (i) => Math.floor(n[i] * (shares[k] ?? 1))));
}

const LONG = 'a-customer-with-a-name.as-long-as_the-configuration.takes_64-dot';
const accounts = [
  { account: LONG, currency: 'USD', price: 1e6, budget: 5000, fails: 0.5, numbers: 5 },
  { account: 'b', currency: 'EUR', price: 1e-6, budget: 1e6, fails: 0, numbers: 3 },
  { account: 'shop.cn', currency: 'CNY', price: 0.0385, budget: 1200, fails: 0.12, numbers: 390 },
  { account: 'acme-EUROPE', currency: 'USD', price: 0.0079, budget: 300, fails: 0.02, numbers: 2 },
  { account: 'always_failing', currency: 'unknown', price: 3, fails: 1, numbers: 2 },
];
const names = [
  '<b>bold</b> & "quoted" <script>alert(1)</script>',
  'مرحبا بالعالم — دعم العملاء',
  '🚀📱 客户支持（中国） 🧑‍💻',
  'A name which goes on and on, since nothing stops anybody from writing a whole sentence about a number',
  '{{did}} $did ${did} %s \\ back\\slash',
];
const statuses = { DELIVRD: 'delivered', UNDELIVR: 'undelivered', REJECTD: 'undelivered', EXPIRED: 'undelivered', DELETED: 'undelivered', DND: 'undelivered',
  ACCEPTD: 'pending', ENROUTE: 'pending', BUFFERED: 'pending', SUBMITTED: 'pending', other: 'unknown' };
const results = ['accepted', 'duplicate', 'bad_signature', 'unknown_key', 'stale', 'future', 'malformed', 'unsupported', 'too_large', 'error', 'overload'];

let nth = 0;
for (const a of accounts) {
  const { account, currency } = a;
  gauge('didsms_account_info', { account, currency, signature: 'auto', timezone: account === LONG ? 'America/Argentina/ComodRivadavia' : '+08:00' }, () => 1);
  for (let n = 0; n < a.numbers; n++, nth++) {
    const plain = account === 'shop.cn' && n > 2;
    const did = n === 2 && account === LONG ? 'unknown' : n === 3 && account === LONG ? 'other' : String((account === 'b' ? 999999999000000 : 8613800000000) + nth * 37);
    const busy = plain ? 400 / (10 + n) : 30;
    const of = { account, did };
    gauge('didsms_did_info', { ...of, name: plain ? '' : names[nth % names.length], calling_code: did.slice(0, 2) }, () => 1);
    const sent = counter('didsms_dr_receipts_total', { ...of, status: 'DELIVRD', outcome: 'delivered' }, busy * (1 - a.fails));
    counter('didsms_dr_receipts_total', { ...of, status: 'UNDELIVR', outcome: 'undelivered' }, busy * a.fails * (plain && n === 7 ? 8 : 1));
    for (const [status, outcome] of plain ? [] : Object.entries(statuses).slice(2)) {
      counter('didsms_dr_receipts_total', { ...of, status, outcome }, outcome === 'undelivered' ? a.fails * 4 : 1);
    }
    counter('didsms_mo_messages_total', of, plain ? 0.3 : 4);
    for (const direction of plain ? ['outbound'] : ['inbound', 'outbound']) {
      const segments = counter('didsms_billed_segments_total', { ...of, direction }, busy);
      emit('didsms_spend_total', { ...of, direction, currency }, (i) => segments[i] * a.price);
      gauge('didsms_last_unit_price', { ...of, direction, currency }, () => a.price);
    }
    emit('didsms_undelivered_spend_total', { ...of, currency }, (i) => sent[i] * a.price * a.fails);
    if (plain) continue;
    for (const kind of ['mo', 'dr']) gauge('didsms_did_last_event_timestamp_seconds', { ...of, kind }, (i) => (kind === 'mo' ? 0 : begin + i * 60));
    const late = counter('didsms_did_delivery_latency_seconds_count', of, busy);
    emit('didsms_did_delivery_latency_seconds_sum', of, (i) => late[i] * 86400 * 6);
    gauge('did:didsms_dr_undelivered_per_receipts:expected', of, () => (nth === 1 ? NaN : a.fails));
    gauge('did:didsms_dr_undelivered:zscore30m', of, () => [12345.678, NaN, Infinity, -3.2, 0][nth % 5]);
  }
  counter('didsms_destination_receipts_total', { account, calling_code: '1', outcome: 'delivered' }, 50 * (1 - a.fails));
  counter('didsms_destination_receipts_total', { account, calling_code: '1', outcome: 'undelivered' }, 50 * a.fails);
  counter('didsms_destination_receipts_total', { account, calling_code: 'unknown', outcome: 'undelivered' }, 3);
  for (const outcome of ['delivered', 'undelivered']) {
    histogram('didsms_dr_delivery_latency_seconds', { account, outcome }, [1, 5, 30, 120, 600, 3600, 21600], [0, 0, 0.1, 0.3, 0.4, 0.5, 0.6], 60, 40000);
  }
  histogram('didsms_account_unit_price', { account, currency, direction: 'outbound' }, [0.001, 0.01, 0.1, 1, 10, 100, 1000],
    [0.001, 0.01, 0.1, 1, 10, 100, 1000].map((le) => (a.price <= le ? 1 : 0)), 60, a.price);
  histogram('didsms_callback_transport_delay_seconds', { account }, [0.05, 1, 10, 60], [0, 0, 0, 0], 60, 70);
  histogram('didsms_mo_relay_delay_seconds', { account }, [1, 60, 3600, 21600], [0, 0, 0, 0.2], 20, 30000);
  gauge('didsms_callback_clock_offset_seconds', { account }, (i) => (account === 'b' ? -28800 : account === LONG ? 1e9 : 0.01 * (i % 7)));
  for (const kind of ['mo', 'dr']) {
    gauge('didsms_callback_last_accepted_timestamp_seconds', { account, kind }, (i) => (account === 'b' && kind === 'mo' ? 0 : account === LONG && kind === 'mo' ? begin - 40 * 86400 : begin + i * 60));
    for (const [k, result] of results.entries()) counter('didsms_callbacks_total', { account, kind, result }, k === 0 ? 60 : account === 'b' ? 0 : k);
    gauge('account_kind:didsms_good_callbacks:expected30m', { account, kind }, () => 600);
    counter('didsms_billing_field_errors_total', { account, field: 'price', kind }, 0.2);
    counter('didsms_billing_field_errors_total', { account, field: 'size', kind }, 0.1);
    for (const reason of ['negative', 'too_old', 'unparsable']) counter('didsms_event_time_errors_total', { account, kind, reason }, 0.3);
  }
  for (const odd of ['didsms_dr_unknown_statuses_total', 'didsms_duplicate_conflicts_total', 'didsms_dr_status_changes_total', 'didsms_did_overflow_events_total']) counter(odd, { account }, 0.2);
  gauge('account:didsms_dr_undelivered_per_receipts:expected', { account }, () => (account === 'b' ? NaN : 0.05));
  gauge('account:didsms_dr_undelivered_per_receipts:ratio_increase1h', { account }, () => a.fails);
  gauge('account:didsms_dr_undelivered_per_receipts:ratio_increase6h', { account }, () => a.fails);
  gauge('account_currency:didsms_spend:increase1h', { account, currency }, (i) => a.price * 3600 * (1 + i / 90));
  gauge('account_currency:didsms_spend:expected1h', { account, currency }, () => (account === 'b' ? NaN : a.price * 1200));
  gauge('didsms_spend_month_to_date', { account, currency }, (i) => a.price * (900000 + i * 1000));
  if (a.budget) gauge('didsms_spend_budget', { account, currency, period: 'month' }, () => a.budget);
  gauge('didsms_tracked_dids', { account }, () => a.numbers);
}

counter('didsms_callbacks_total', { account: 'unknown', kind: 'unknown', result: 'unknown_key' }, (i) => (i > 120 ? 50000 : 2));
counter('didsms_callbacks_total', { account: 'unknown', kind: 'unknown', result: 'malformed' }, 30);
for (const kind of ['mo', 'dr', 'unknown']) histogram('didsms_callback_duration_seconds', { kind }, [0.001, 0.1, 1, 2.5], [0.1, 0.2, 0.3, 0.4], 100, 4);
histogram('didsms_store_commit_duration_seconds', {}, [0.001, 0.1, 1, 2.5], [0.1, 0.2, 0.3, 0.4], 100, 4);
for (const reason of ['full', 'io', 'locked', 'other']) counter('didsms_store_commit_failures_total', { reason }, (i) => (i > 150 ? 5 : 0));
gauge('didsms_callbacks_in_flight', {}, (i) => (i > 150 ? 4096 : 0));
gauge('didsms_store_up', {}, (i) => (i > 150 ? 0 : 1));
gauge('didsms_store_size_bytes', {}, (i) => 3e12 + i * 1e9);
counter('didsms_downtime_seconds_total', {}, (i) => (i === RESET + 1 ? 186400 : 0));
gauge('didsms_config_last_reload_successful', {}, () => 0);
gauge('didsms_config_last_reload_success_timestamp_seconds', {}, (i) => (i < RESET ? begin - 1e6 : begin + RESET * 60));
gauge('didsms_tracked_dids_limit', {}, () => 400);
counter('didsms_dedupe_hits_total', {}, 200);
counter('didsms_dedupe_lookups_total', {}, 200);
gauge('didsms_dedupe_entries', {}, () => 123456789);
for (const reason of ['capacity', 'ttl']) counter('didsms_dedupe_evictions_total', { reason }, 40);
gauge('didsms_exporter_build_info', { version: '1.0.0-rc.1+build.20261128.with.a.long.tail', revision: '0123456789abcdef0123456789abcdef01234567', goversion: 'go1.26.8' }, () => 1);
gauge('process_start_time_seconds', {}, (i) => begin + (i < RESET ? -1e6 : RESET * 60));
gauge('process_resident_memory_bytes', {}, (i) => 6e7 * 1.03 ** i);
counter('process_cpu_seconds_total', {}, 118);
gauge('up', {}, (i) => (i % 11 === 0 ? 0 : 1));
gauge('scrape_samples_scraped', {}, () => 11999);
const alerts = [['DidSmsDidUndeliveredSpike', 'critical', LONG, '8613800000000'], ['DidSmsDeliveryErrorBudgetBurn', 'warning', 'always_failing', ''], ['DidSmsStoreFailing', 'critical', '', ''],
  ['DidSmsUnknownStatus', 'info', 'shop.cn', ''], ['DidSmsSpendSpike', 'warning', LONG, ''], ['DidSmsSpendSpike', 'warning', 'shop.cn', ''], ['DidSmsCallbackBacklog', 'warning', 'b', '']];
alerts.forEach(([alertname, severity, account, did], k) => {
  const labels = { alertname, severity, ...(account && { account }), ...(did && { did }) };
  gauge('ALERTS', { ...labels, alertstate: 'firing' }, (i) => (i > 100 + 9 * k ? 1 : undefined));
  gauge('ALERTS_FOR_STATE', labels, (i) => (i > 100 + 9 * k ? begin + 90 * 60 : undefined));
});

// In pieces: the text is longer than one string may be.
for (let i = 0; i < out.length; i += 10000) {
  if (!process.stdout.write(`${out.slice(i, i + 10000).join('\n')}\n`)) await new Promise((go) => process.stdout.once('drain', go));
}
process.stdout.write('# EOF\n');
