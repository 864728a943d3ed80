import Core
import Glibc

extension OctavoError {
  /// The failed system call's `errno`, as a sentence: call before anything else may change it.
  static func system(_ action: String, _ path: String) -> OctavoError {
    let number = errno
    return OctavoError(code(of: number), "\(action) \(quoted(path)) failed: \(String(cString: strerror(number)))")
  }

  private static func code(of number: Int32) -> StatusCode {
    switch number {
    case ENOENT, ENOTDIR: .notFound
    case EEXIST: .alreadyExists
    case EACCES, EPERM, EROFS: .permissionDenied
    case ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EFBIG: .resourceExhausted
    case EISDIR, ENAMETOOLONG, ELOOP: .invalidArgument
    case EIO: .dataLoss
    default: .unknown
    }
  }
}
