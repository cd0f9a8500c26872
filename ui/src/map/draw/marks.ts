// Health as a shape: circle well, triangle degraded, diamond broken, dashed circle unknown. Added to the current path, so that many are one fill.

import type { Health } from '../scene.ts';

type Path = Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo' | 'arc' | 'closePath'>;

/** Adds the mark of `health` around x, y; r is half its height. */
export function mark(c: Path, health: Health, x: number, y: number, r: number): void {
  if (health === 'degraded') {
    c.moveTo(x, y - r);
    c.lineTo(x + r * 1.1, y + r * 0.85);
    c.lineTo(x - r * 1.1, y + r * 0.85);
    c.closePath();
  } else if (health === 'broken') {
    c.moveTo(x, y - r * 1.2);
    c.lineTo(x + r * 1.2, y);
    c.lineTo(x, y + r * 1.2);
    c.lineTo(x - r * 1.2, y);
    c.closePath();
  } else {
    c.moveTo(x + r * 0.85, y);
    c.arc(x, y, r * 0.85, 0, Math.PI * 2);
  }
}
