export {
  type Delivery,
  type Message,
  quarantine,
  type SubscribeOptions,
  type Subscription,
  TOPICS,
  type Transport,
} from './port.ts';
