// What looks like a credential: by the name it goes under, or by its own shape. Every pattern runs in time linear in the text.

const WORDS =
  'pass(?:word|wd|phrase|code)|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|encryption[-_.]?key|signing[-_.]?key|credential|connection[-_.]?string|(?:^|[-_.])(?:pwd|dsn)$';
const NAMED = new RegExp(WORDS, 'i');
/** `DB_PASSWORD_FILE`, `TOKEN_URL`, `SECRET_NAME`: where or how, not the thing itself. */
const ABOUT =
  /(?:file|path|dir|name|namespace|url|uri|host|hostname|port|endpoint|address|ttl|timeout|seconds|expiry|expiration|enabled|disabled|type|kind|ref|version|length|size|count|class|mount|volume|issuer|audience|audiences|algorithm|policy|rotation|ids?)$/i;

/** An environment variable, flag, key or annotation under whose name a credential is kept. */
export function namesCredential(name: string): boolean {
  return name.length <= 200 && NAMED.test(name) && !ABOUT.test(name);
}

/** Shapes that are credentials wherever they stand. */
const SHAPES = [
  /eyJ[\w-]{8,2000}\.[\w-]{8,8000}\.[\w-]{8,2000}/g, // JSON Web Token
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, // AWS access key id
  /\bgh[pousr]_[A-Za-z0-9]{30,255}\b/g, // GitHub
  /\bgithub_pat_\w{40,255}\b/g,
  /\bglpat-[\w-]{20,255}\b/g, // GitLab
  /\bxox[abeoprs]-[\w-]{10,255}\b/g, // Slack
  /\bsk_(?:live|test)_\w{16,255}\b/g, // Stripe
  /\bAIza[\w-]{35}\b/g, // Google
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{1,20000}?-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*/g, // one that was cut
] as const;

/** scheme://user:THIS@host */
const URL_PASSWORD = /(:\/\/[^\s:/@'"]{0,200}:)([^\s@/'"]{1,500})(?=@)/g;
/** Authorization: Bearer THIS */
const BEARER = /\b((?:bearer|basic)\s{1,3})([A-Za-z0-9+/=_.~-]{12,4000})/gi;
/** password=THIS, "token": "THIS", --api-key THIS, secret_key: THIS */
const ASSIGNED =
  /((?:pass(?:word|wd|phrase)|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|encryption[-_.]?key|signing[-_.]?key|credentials?|pwd)(?:[-_.]?(?:key|value|id|hash))?\\?["']?(?:\s{0,3}[=:]\s{0,3}|(?<=--[\w.-]{1,80})\s{1,3}))(\\?"[^"\n]{1,4000}"|'[^'\n]{1,4000}'|[^\s"'&;,})\]]{1,4000})/gi;
/** Cheap look before the costly ones: most texts have none of these. */
const WORTH_A_LOOK =
  /pass|pwd|secret|token|key|cred|bearer|basic|:\/\/|-----BEGIN|eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk_|AIza|npm_/i;

/** The text with everything in it that looks like a credential replaced by `hash` of it; the same text when there is nothing. */
export function hideIn(text: string, hash: (secret: string) => string): string {
  if (text.length < 4 || !WORTH_A_LOOK.test(text)) return text;
  let hidden = text;
  for (const shape of SHAPES) hidden = hidden.replace(shape, hash);
  hidden = hidden.replace(URL_PASSWORD, (_, before: string, secret: string) => before + hash(secret));
  hidden = hidden.replace(BEARER, (_, before: string, secret: string) => before + hash(secret));
  return hidden.replace(ASSIGNED, (all: string, before: string, secret: string) =>
    isPlaceholder(secret) ? all : before + rehash(secret, hash),
  );
}

/** `$(VAR)`, `${VAR}`, `{{ … }}`, true, a short number: a reference or a switch, not a secret. */
const isPlaceholder = (text: string): boolean =>
  /^["']?(?:\$[({]?\w|\{\{|true$|false$|null$|none$|\d{1,3}$|<)/i.test(text) || text.includes(MARK);

function rehash(secret: string, hash: (secret: string) => string): string {
  const quote = /^(\\?["'])/.exec(secret)?.[1];
  if (quote === undefined) return hash(secret);
  const end = quote.endsWith('"') ? '"' : "'";
  return quote + hash(secret.slice(quote.length, secret.length - 1)) + (quote.length > 1 ? `\\${end}` : end);
}

/** Begins what stands in a secret's place. */
export const MARK = 'redacted-hmac-';
