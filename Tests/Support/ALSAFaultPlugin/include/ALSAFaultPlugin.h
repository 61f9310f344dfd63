#pragma once

/// A sound card without hardware for libasound: paced by a timer, counting its samples, and faulty when told to be.
///
///     pcm_type.ser_fault { lib "/…/libALSAFaultPlugin.so" }
///     pcm.NAME {
///       type ser_fault
///       run 7            # devices opened with the same number share a clock, which starts with the first
///       rate 16000
///       format S32_LE    # or S16_LE, S24_3LE, S24_LE, FLOAT_LE
///       channels 1
///       fault xrun       # or none, suspend, disconnect
///       from 500         # milliseconds of that clock
///       until 800
///     }
///
/// Channel c of the frame captured n / rate seconds after the clock's start is n + 1 + 1000 · c, in steps of 2⁻²³ of full
/// scale; modulo 2¹⁵ and in steps of 2⁻¹⁵ for S16.
/// A stream that is not read in time overflows at the end of its buffer. From `from` until `until`
/// - xrun: the card stands still, then reports an overflow (EPIPE) until it is prepared;
/// - suspend: reads fail with ESTRPIPE; it can be resumed only then (until then libasound, which hides a plugin's EAGAIN,
///   calls it resumed and suspended);
/// - disconnect: the card is gone (ENODEV) and cannot be opened.
enum ser_fault_kind {
  ser_fault_none,
  ser_fault_xrun,
  ser_fault_suspend,
  ser_fault_disconnect,
};
