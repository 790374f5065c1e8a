// Giving way without a timer, which a hidden tab would slow down.

/** Resolves after all messages and promises that wait now have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
