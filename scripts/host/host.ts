/** The only door to the machine. Production code gets the local one, unit tests a FakeHost with a table of answers. */
export interface Host {
  readonly run: Run;
  readonly start: Start;
  readonly sendSignal: SendSignal;
  readonly files: Files;
  readonly clock: Clock;
  readonly net: Net;
  readonly facts: HostMachine;
  /** Aborted by Ctrl-C or SIGTERM; every running child is ended by it. */
  readonly interrupted: AbortSignal;
}

export type Argv = readonly [string, ...string[]];

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Given to standard input; secrets travel here, never in argv. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** False: a non-zero exit is a result, not an error. Default true. */
  readonly reject?: boolean;
  /** True: in a PID namespace of its own (as root), killed with everything it started when Ingot dies, however it dies. */
  readonly contain?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly argv: Argv;
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Runs a program to its end. Rejects with TOOL_FAILED (exit status, signal, time-out) or HOST_NOT_READY (not found). */
export type Run = (argv: Argv, options?: RunOptions) => Promise<RunResult>;

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error are appended here. */
  readonly logPath?: string;
  /** True: outlives Ingot (a launched VM). Default: killed when Ingot dies. */
  readonly detached?: boolean;
}

export interface Child {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason; never rejects. */
  readonly ended: Promise<{ readonly exitCode: number | undefined; readonly signal: string | undefined; readonly stderr: string }>;
  readonly kill: (signal?: 'SIGTERM' | 'SIGKILL' | 'SIGINT') => void;
}

/** Starts a program that works beside us. */
export type Start = (argv: Argv, options?: StartOptions) => Child;

/** Sends a signal to any process, also when the host is interrupted: nothing is run for it. Nothing happens when it is gone, or another user's. */
export type SendSignal = (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly modifiedMs: number;
}

export interface Files {
  readonly readText: (path: string) => Promise<string>;
  readonly readBytes: (path: string, range?: { readonly offset: number; readonly length: number }) => Promise<Uint8Array>;
  /** Whole or not at all: temporary name, fsync, rename. */
  readonly writeText: (path: string, text: string, mode?: number) => Promise<void>;
  /** For scratch files that nothing relies on after a crash. */
  readonly writeUnsynced: (path: string, text: string, mode?: number) => Promise<void>;
  readonly appendText: (path: string, text: string) => Promise<void>;
  /** Adds bytes to the end of a file as they come; what came before a failure stays. */
  readonly appendBytes: (path: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Overwrites bytes inside an existing file. */
  readonly writeAt: (path: string, offset: number, bytes: Uint8Array) => Promise<void>;
  /** Creates a file with this text; resolves false when the path exists already. */
  readonly createExclusive: (path: string, text: string) => Promise<boolean>;
  readonly exists: (path: string) => Promise<boolean>;
  /** Undefined when there is nothing. Does not follow symlinks. */
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  /** Names in a folder, sorted; empty when there is no folder. */
  readonly list: (dir: string) => Promise<readonly string[]>;
  readonly makeDir: (dir: string) => Promise<void>;
  /** A new folder, mode 0700, below the given one. */
  readonly makeTempDir: (parentDir: string, prefix: string) => Promise<string>;
  readonly remove: (path: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly copy: (from: string, to: string) => Promise<void>;
  /** Hard link, or a copy where the file system has none. */
  readonly link: (from: string, to: string) => Promise<void>;
  readonly symlink: (target: string, path: string) => Promise<void>;
  /** Where a path leads once every link is followed; undefined when it leads nowhere. */
  readonly realPath: (path: string) => Promise<string | undefined>;
  readonly readLink: (path: string) => Promise<string>;
  readonly chmod: (path: string, mode: number) => Promise<void>;
  /** Sets when a file was last written, to the millisecond. */
  readonly setModified: (path: string, at: Date) => Promise<void>;
  readonly truncate: (path: string, sizeBytes: number) => Promise<void>;
  /** Flushes a file or a folder to the disk. */
  readonly sync: (path: string) => Promise<void>;
  /** SHA-256 (or another hash) in hex, streamed. */
  readonly digest: (path: string, algorithm?: 'sha256' | 'sha512') => Promise<string>;
  readonly freeBytes: (dir: string) => Promise<number>;
  readonly writable: (dir: string) => Promise<boolean>;
}

export interface Clock {
  /** Milliseconds that never go back: for durations and deadlines. */
  readonly monotonicMs: () => number;
  readonly now: () => Date;
  /** Rejects with INTERRUPTED when the host is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The same for those who give something back: also when the host is interrupted. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Until the answer's head is there. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** By its name in small letters. */
  readonly header: (name: string) => string | undefined;
  readonly text: () => Promise<string>;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface Net {
  /** A free TCP port of 127.0.0.1. For servers that cannot choose one themselves; racy by nature. */
  readonly freePort: () => Promise<number>;
  /** One HTTP exchange; the body of the answer is read as it comes. Rejects only when there is no answer. */
  readonly fetch: (url: string, request?: HttpRequest) => Promise<HttpAnswer>;
  /** First bytes that a TCP server says on its own, or undefined when it says nothing or is not there. */
  readonly banner: (port: number, timeoutMs: number) => Promise<string | undefined>;
}

/** What does not change while we run. */
export interface HostMachine {
  readonly platform: string;
  readonly arch: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly isRoot: boolean;
  readonly userName: string;
  readonly homeDir: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project's root: where config/, packer/ and templates/ are. */
  readonly projectDir: string;
}
