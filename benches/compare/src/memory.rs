//! The memory of a process.

use crate::error::Result;
use crate::machine::after;

/// The most that this process has had in memory so far, in megabytes.
pub fn peak_megabytes() -> Result<f64> {
    let text = after("/proc/self/status", "VmHWM").ok_or("the kernel does not tell VmHWM")?;
    let kilobytes: f64 = text.trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1024.0)
}
