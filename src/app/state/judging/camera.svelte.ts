// The camera for one picture: asked for when somebody wants it, and switched off as soon as the picture is taken.

export type CameraState = 'off' | 'asking' | 'on' | 'denied' | 'missing' | 'busy' | 'insecure';

export class Camera {
  #state = $state<CameraState>('off');
  #stream = $state.raw<MediaStream | null>(null);
  #devices = $state.raw<readonly MediaDeviceInfo[]>([]);
  #asked = 0;

  get state(): CameraState {
    return this.#state;
  }

  /** What the camera sees; null unless it is on. */
  get stream(): MediaStream | null {
    return this.#stream;
  }

  /** The cameras there are; known once one is on. */
  get devices(): readonly MediaDeviceInfo[] {
    return this.#devices;
  }

  get deviceId(): string | null {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? null;
  }

  /** Switches a camera on; the one that looks away from the person unless one is named. */
  async open(deviceId: string | null = null): Promise<void> {
    this.close();
    const asked = ++this.#asked;
    // Undefined where the page was not opened over a secure connection.
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (!media?.getUserMedia) {
      this.#state = 'insecure';
      return;
    }
    this.#state = 'asking';
    try {
      const which = deviceId === null ? { facingMode: 'environment' } : { deviceId: { exact: deviceId } };
      const stream = await media.getUserMedia({ audio: false, video: { ...which, width: { ideal: 1280 } } });
      // Closed while the browser was asking.
      if (asked !== this.#asked) return stop(stream);
      this.#stream = stream;
      this.#state = 'on';
      for (const track of stream.getTracks()) {
        track.addEventListener('ended', () => {
          if (this.#stream === stream) this.#end('missing');
        });
      }
      const all = await media.enumerateDevices();
      if (asked === this.#asked) this.#devices = all.filter((device) => device.kind === 'videoinput');
    } catch (error) {
      if (asked === this.#asked) this.#end(stateOf(error));
    }
  }

  /** What the camera sees now, as a picture; the camera goes off. @throws Error where it shows nothing yet */
  async take(video: HTMLVideoElement): Promise<ImageBitmap> {
    const bitmap = await createImageBitmap(video);
    this.close();
    return bitmap;
  }

  close(): void {
    this.#asked++;
    this.#end('off');
  }

  #end(state: CameraState): void {
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.#state = state;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** What a refusal of the browser means (Media Capture and Streams, 10.2). */
export function stateOf(error: unknown): CameraState {
  switch (error instanceof Error || error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'missing';
  }
}
