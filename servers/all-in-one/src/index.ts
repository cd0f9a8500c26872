export { type Choice, chooseClusters, UnknownContext } from './choice.ts';
export { main } from './main.ts';
export { type AllInOne, type AllInOneOptions, startAllInOne } from './start.ts';
