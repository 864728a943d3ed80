/// Where a method's handler runs.
package enum HandlerPlacement: Sendable {
  /// On the global executor: it may take its time.
  case global
  /// On the loop's thread, without a hop: it must not block and takes under about 100 µs between awaits,
  /// because the sockets wait meanwhile.
  case loop
}
