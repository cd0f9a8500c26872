/** A broker or store cannot be reached: nothing was taken or answered; try again after `retryAfterMs`. The API answers it as 503 with `Retry-After`. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly retryAfterMs: number;
  constructor(message: string, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs ?? 5_000;
  }
}
