import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, edge, node } from '../../testing/examples.ts';
import type { Palette } from '../draw/palette.ts';
import { pictureOf } from '../draw/picture.ts';
import { Graph } from '../graph.ts';
import { sceneOf } from '../scene.ts';
import { csvOf } from './csv.ts';
import { svgOf, xml } from './svg.ts';

const palette = new Proxy({} as Palette, { get: (_, name) => `#${String(name)}` }); // every colour answers with its name
const [a, b] = ['1:Deployment:shop:a', '1:Deployment:shop:b'];
const AT = Date.parse('2026-11-20T03:00:00Z');

function scene(name = 'a') {
  const graph = new Graph();
  const nodes = [node(a, { name, health: 'broken', reasons: ['0 of 3 ready, "quoted"'] }), node(b)];
  graph.replace(answer(AT, nodes, [{ ...edge('connects', a, b), rate: 2, failed: 0.38 }]));
  const plain = { showConfig: false, showServices: false, showGone: true, open: [] };
  return sceneOf(graph, { ...plain, level: 'workload', q: '', edges: 'all', at: AT, since: AT });
}
const layout = {
  places: { [a]: { x: 100, y: 50 }, [b]: { x: 400, y: 50 } },
  hulls: { '1:shop': { x: 0, y: 0, w: 500, h: 100 } },
  blocks: {},
};

describe('the map as a file', () => {
  it('a table has things and edges, quoted as spreadsheets read it', () => {
    const rows = csvOf(scene()).split('\r\n');
    expect(rows[1]).toContain('broken,1,1,0,,"0 of 3 ready, ""quoted"""');
    expect(rows[3]).toMatch(/^edge,.*,connects,,2,0\.38,$/);
  });

  it('a name that a spreadsheet would run is text', () => expect(csvOf(scene('=1+1'))).toContain(",'=1+1,"));

  it('every row has as many cells as the head', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const rows = csvOf(scene(name))
          .replace(/"(?:[^"]|"")*"/g, 'x')
          .trimEnd()
          .split('\r\n');
        expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([19]));
      }),
    );
  });

  it('a drawing shows health, names and what fails, and runs nothing', () => {
    const drawing = svgOf(pictureOf(scene('<script>alert(1)</script>'), layout), palette);
    expect(drawing).toContain('38 % fail');
    expect(drawing).toContain('#bad-soft');
    expect(drawing).not.toContain('<script');
  });

  it('no text leaves its place in the drawing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(xml(text)).not.toMatch(/[<>"]/);
      }),
    );
  });
});
