/** What a new workflow may begin with. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const BLANK = `document:
  dsl: '1.0.3'
  namespace: default
  name: new-workflow
  version: '0.1.0'
do: []
`;

const CHECKOUT = `# An order: each step that changes something says how it is taken back.
document:
  dsl: '1.0.3'
  namespace: shop
  name: checkout
  version: '0.1.0'
do:
- createOrder:
    call: http
    with:
      method: post
      endpoint: http://127.0.0.1:8801/orders
      body: { order: '\${ .order }' }
    compensate:
      do:
      - cancelOrder:
          call: http
          with:
            method: post
            endpoint: http://127.0.0.1:8801/orders/cancel
            body: { order: '\${ $compensation.input.order }' }
- chargePayment:
    call: http
    with:
      method: post
      endpoint: http://127.0.0.1:8802/charges
      body: { order: '\${ $workflow.input.order }' }
    timeout: { after: { seconds: 10 } }
    compensate:
      do:
      - refundPayment:
          call: http
          with:
            method: post
            endpoint: http://127.0.0.1:8802/refunds
            body: { order: '\${ $workflow.input.order }' }
- scheduleDelivery:
    call: http
    with:
      method: post
      endpoint: http://127.0.0.1:8804/parcels
      body: { order: '\${ $workflow.input.order }' }
    saga: pivot
`;

export const TEMPLATES: readonly Template[] = [
  { id: "blank", title: "Blank", text: BLANK },
  { id: "checkout", title: "Checkout saga", text: CHECKOUT },
];

export const templateOf = (id: string | null): Template =>
  TEMPLATES.find((each) => each.id === id) ?? (TEMPLATES[0] as Template);
