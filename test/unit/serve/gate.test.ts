import { describe, expect, it } from 'vitest';
import { Gate, type GateOptions } from '../../../src/serve/gate';

const SECRET = 'a secret for tests';
const DAY = 24 * 3_600_000;

const gateWith = (options: Partial<GateOptions> = {}): Gate =>
  new Gate({ secret: SECRET, names: [], loopback: true, cookieName: 'session', base: '/', secure: false, ...options });

const local = gateWith();
const named = gateWith({ names: ['box.example'] });
const open = gateWith({ loopback: false, names: ['box'] });

const headerOf = (setCookie: string): { cookie: string } => ({ cookie: setCookie.split(';')[0] ?? '' });

describe('the Host header', () => {
  it.each([
    ['localhost', true],
    ['localhost:7420', true],
    ['LOCALHOST:7420', true],
    ['127.0.0.1:1', true],
    ['[::1]:7420', true],
    ['box.example:7420', true],
    ['other.example', false],
    ['localhost.', false],
    ['localhost.other.example', false],
    ['localhost:7420@other.example', false],
    ['localhost, other.example', false],
    ['localhost:123456', false],
    ['192.168.0.7', false],
    ['', false],
  ])('of a server for this machine with one more name: %s is %s', (host, known) => {
    expect(named.knowsHost({ host })).toBe(known);
  });

  it.each([
    ['192.168.0.7:7420', true],
    ['[fe80::1]:7420', true],
    ['box', true],
    ['192.168.0.7.other.example', false],
    ['[box]', false],
    ['other.example', false],
  ])('of a server for other machines: %s is %s', (host, known) => {
    expect(open.knowsHost({ host })).toBe(known);
  });

  it('is needed', () => {
    expect(local.knowsHost({})).toBe(false);
  });
});

describe('the Origin header', () => {
  const host = 'box.example:7420';
  it.each([
    ['http://box.example:7420', true],
    ['HTTP://BOX.example:7420', true],
    // A proxy may speak HTTPS with the browser.
    ['https://box.example:7420', true],
    ['http://box.example', false],
    ['http://box.example:7421', false],
    ['http://sub.box.example:7420', false],
    ['http://box.example:7420.other.example', false],
    ['ftp://box.example:7420', false],
    ['null', false],
    ['', false],
    [undefined, false],
  ])('%s is the server’s own: %s', (origin, own) => {
    expect(local.ownOrigin({ host, ...(origin !== undefined && { origin }) })).toBe(own);
  });

  it('may leave out the usual port', () => {
    expect(local.ownOrigin({ host: 'box.example:80', origin: 'http://box.example' })).toBe(true);
    expect(local.ownOrigin({ host: 'box.example', origin: 'https://box.example' })).toBe(true);
  });

  it('must be encrypted where the server is', () => {
    const gate = gateWith({ secure: true });
    expect(gate.ownOrigin({ host, origin: `https://${host}` })).toBe(true);
    expect(gate.ownOrigin({ host, origin: `http://${host}` })).toBe(false);
  });

  it('is not believed where the browser names another site', () => {
    const asked = { host, origin: `http://${host}` };
    expect(local.ownOrigin({ ...asked, 'sec-fetch-site': 'same-origin' })).toBe(true);
    for (const site of ['same-site', 'cross-site', 'none'])
      expect(local.ownOrigin({ ...asked, 'sec-fetch-site': site })).toBe(false);
  });
});

describe('a request that another site causes', () => {
  it.each([
    [undefined, undefined, false],
    ['none', 'navigate', false],
    ['same-origin', 'cors', false],
    ['cross-site', 'navigate', false],
    ['cross-site', 'no-cors', true],
    ['same-site', 'cors', true],
    ['cross-site', undefined, true],
  ])('from %s with mode %s is refused: %s', (site, mode, foreign) => {
    const headers = {
      ...(site !== undefined && { 'sec-fetch-site': site }),
      ...(mode !== undefined && { 'sec-fetch-mode': mode }),
    };
    expect(local.foreign(headers)).toBe(foreign);
  });
});

describe('the cookie', () => {
  it('is confined to the page, and to HTTPS where the server has it', () => {
    expect(gateWith({ base: '/tools/' }).cookie({})).toMatch(
      /^session=\S+; HttpOnly; SameSite=Strict; Path=\/tools\/$/,
    );
    expect(gateWith({ secure: true }).cookie({})).toMatch(/; Secure$/);
    expect(gateWith().cookie({ 'x-forwarded-proto': 'https' })).toMatch(/; Secure$/);
    expect(gateWith().cookie({ 'x-forwarded-proto': 'http' })).not.toContain('Secure');
  });

  it('admits after a restart with the same secret, but not with another secret or for another server', () => {
    const header = headerOf(gateWith().cookie({}));
    expect(gateWith().admits(header)).toBe(true);
    expect(gateWith({ secret: 'another secret' }).admits(header)).toBe(false);
    const { cookie } = headerOf(gateWith({ cookieName: 'other' }).cookie({}));
    expect(gateWith().admits({ cookie })).toBe(false);
    expect(gateWith().admits({ cookie: cookie.replace('other', 'session') })).toBe(false);
  });

  it('ends after 30 days and does not begin in the future', () => {
    const now = Date.UTC(2026, 0, 1);
    const gate = gateWith();
    const header = headerOf(gate.cookie({}, now));
    expect(gate.admits(header, now + 30 * DAY - 1)).toBe(true);
    expect(gate.admits(header, now + 30 * DAY)).toBe(false);
    expect(gate.admits(header, now - 1)).toBe(false);
  });

  it('is found among others of the same name', () => {
    const { cookie } = headerOf(gateWith().cookie({}));
    expect(gateWith().admits({ cookie: `a=b; session=forged.0.0;${cookie} ; c=d` })).toBe(true);
    expect(gateWith().admits({ cookie: `x${cookie}` })).toBe(false);
  });
});

describe('a token', () => {
  it('is compared as a whole', () => {
    for (const wrong of ['', SECRET.slice(1), `${SECRET} `, SECRET.toUpperCase()])
      expect(local.try(wrong, '10.0.0.1')).toBe('wrong');
    expect(local.try(SECRET, '10.0.0.1')).toBe('right');
  });

  it('is replaced once by a ticket, within a minute', () => {
    const gate = gateWith();
    const first = gate.ticket();
    const second = gate.ticket();
    expect(gate.try(first, '10.0.0.1')).toBe('wrong');
    expect(gate.try(second, '10.0.0.1')).toBe('right');
    expect(gate.try(second, '10.0.0.1')).toBe('wrong');
    expect(gate.try(gate.ticket(Date.now() - 60_000), '10.0.0.1')).toBe('wrong');
  });
});
