import Glibc

/// The system's message for an `errno` value, such as `No such file or directory`.
public func systemMessage(_ code: Int32) -> String {
  // SAFETY: glibc's `strerror` returns a terminated string that stays valid until the next call in this thread.
  String(cString: strerror(code))
}
