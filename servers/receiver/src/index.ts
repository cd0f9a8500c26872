export { createReceiver, RECEIVER_GROUP, type Receiver, type ReceiverOptions } from './receiver.ts';
