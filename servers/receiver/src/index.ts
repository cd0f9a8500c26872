export { type IntakeParts, type Intakes, intakes } from './intakes/intakes.ts';
export { createReceiver, RECEIVER_GROUP, type Receiver, type ReceiverOptions } from './receiver.ts';
