internal import CKernels
package import Core

extension CPUSet {
  /// The CPUs that the calling thread may run on: the process's own, as its container, `taskset` and the like leave
  /// them, on any thread that is not pinned. Empty where the system does not say.
  package static var allowed: CPUSet {
    let count = octavo_cpus_allowed(nil, 0)
    let numbers = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = min(count, octavo_cpus_allowed(buffer.baseAddress, count))
    }
    return CPUSet(numbers.map(Int.init))
  }
}
