// jax-js calls the iterator methods that browsers and Node 22 have; Node 20 gets those that it uses.
const helpers = {
  *map(this: Iterable<unknown>, f: (value: unknown, index: number) => unknown) {
    let index = 0;
    for (const value of this) yield f(value, index++);
  },
  *filter(this: Iterable<unknown>, keep: (value: unknown, index: number) => boolean) {
    let index = 0;
    for (const value of this) if (keep(value, index++)) yield value;
  },
  toArray(this: Iterable<unknown>) {
    return [...this];
  },
};

const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;
for (const [name, value] of Object.entries(helpers)) {
  if (!(name in iterators)) Object.defineProperty(iterators, name, { value, configurable: true, writable: true });
}
