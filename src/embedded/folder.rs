//! The folder of a private server: whose it is, what is in it, and its lock.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, chown, fchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::OFlags;
use rustix::process::geteuid;

use super::ServerOptions;
use super::account::{Account, claim, refusal};
use crate::error::{Error, Result};

/// The longest path that the address of a Unix socket holds.
const SOCKET_PATH_LIMIT: usize = 107;

/// The folder of one server. Everything in it is for its owner alone.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    pub(super) temporary: bool,
    /// As whom the server runs; none: as the caller.
    account: Option<Account>,
}

impl Folder {
    /// The folder, made if it is not there.
    pub(super) fn prepare(options: &ServerOptions) -> Result<Self> {
        let dir = &options.dir;
        let at = |error| Error::io(dir, error);
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))?;
        }
        create_private(dir).map_err(at)?;
        let account = claim(options)?;
        let path = dir.canonicalize().map_err(at)?;
        Ok(Self {
            path,
            temporary: options.temporary,
            account,
        })
    }

    /// The folder, if a server was ever started in it.
    pub(super) fn existing(options: &ServerOptions) -> Result<Option<Self>> {
        if options.dir.join("lock").exists() {
            Self::prepare(options).map(Some)
        } else {
            Ok(None)
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A file of the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Takes the lock that serialises start-up. None: the folder went away meanwhile.
    pub(super) fn lock(&self) -> Result<Option<Lock>> {
        self.lock_by(File::lock)
    }

    /// Takes the lock if nobody has it.
    pub(super) fn try_lock(&self) -> Result<Option<Lock>> {
        self.lock_by(|file| Ok(file.try_lock()?))
    }

    fn lock_by(&self, take: impl FnOnce(&File) -> io::Result<()>) -> Result<Option<Lock>> {
        let path = self.file("lock");
        let taken = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .and_then(|file| take(&file).map(|()| file));
        match taken {
            Ok(file) => {
                let lock = Lock { path, file };
                Ok(lock.is_current().then_some(lock))
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::WouldBlock
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(Error::io(path, error)),
        }
    }

    /// Replaces a file of the folder; nobody sees it half written.
    pub(super) fn write(&self, name: &str, contents: &str) -> Result<()> {
        let (path, new) = (self.file(name), self.file(&format!("{name}.new")));
        let write = || {
            remove_file(&new)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(contents.as_bytes())?;
            if let Some(account) = &self.account {
                fchown(&file, Some(account.uid), Some(account.gid))?;
            }
            fs::rename(&new, &path)
        };
        write().map_err(|error| Error::io(&path, error))
    }

    /// Removes a file of the folder, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        remove_file(&path).map_err(|error| Error::io(path, error))
    }

    /// A program that runs in the folder, as the server's user, in a group that Ctrl-C does not reach,
    /// with none of the caller's environment but the way to programs.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("LC_ALL", "C")
            .env("PATH", tools_path());
        if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command.current_dir(&self.path).process_group(0);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Where the socket is: here, or in a folder with a short name where this one's name is too long.
    pub(super) fn sockets(&self) -> PathBuf {
        let longest = self.file(".s.PGSQL.65535.lock");
        // A comma or a quote would end the name in the setting `unix_socket_directories`.
        let plain = !longest.to_string_lossy().contains([',', '"']);
        if longest.as_os_str().len() <= SOCKET_PATH_LIMIT && plain {
            return self.path.clone();
        }
        let mut hasher = DefaultHasher::new();
        self.path.hash(&mut hasher);
        PathBuf::from(format!("/tmp/spending-db-{:016x}", hasher.finish()))
    }

    /// Makes the socket's folder, if it is one of its own.
    pub(super) fn make_sockets(&self) -> Result<()> {
        let dir = self.sockets();
        if dir == self.path {
            return Ok(());
        }
        let at = |error| Error::io(&dir, error);
        create_private(&dir).map_err(at)?;
        let found = fs::symlink_metadata(&dir).map_err(at)?;
        let (caller, owner) = (geteuid().as_raw(), self.account.map(|account| account.uid));
        if !found.is_dir() || ![Some(caller), owner].contains(&Some(found.uid())) {
            return Err(refusal(&dir, "is somebody else's"));
        }
        match self.account {
            Some(account) => chown(&dir, Some(account.uid), Some(account.gid)).map_err(at),
            None => Ok(()),
        }
    }

    /// Removes what a crashed server left where the socket is; a number in it may by now be a stranger's.
    pub(super) fn remove_sockets(&self) -> Result<()> {
        let dir = self.sockets();
        let at = |error| Error::io(&dir, error);
        for entry in fs::read_dir(&dir).map_err(at)? {
            let entry = entry.map_err(at)?;
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(b".s.PGSQL.")
            {
                remove_file(&entry.path()).map_err(at)?;
            }
        }
        Ok(())
    }

    /// The password of the server's superuser.
    pub(super) fn password(&self) -> Result<String> {
        let path = self.file("data/password");
        fs::read_to_string(&path).map_err(|error| Error::io(path, error))
    }

    /// The major version of PostgreSQL that made the data; none where there is no data yet.
    pub(super) fn major(&self) -> Result<Option<u32>> {
        if !self.file("data").exists() {
            return Ok(None);
        }
        let path = self.file("data/PG_VERSION");
        let text = fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
        let major = text.trim_end().parse().map_err(io::Error::other);
        major.map(Some).map_err(|error| Error::io(path, error))
    }
}

/// The lock of a folder, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Whether its folder still is in its place. A keeper takes away the folder of a temporary server, and a newcomer
    /// may have made another one; without a keeper that holds for as long as the lock is held.
    pub(super) fn is_current(&self) -> bool {
        leads_to(&self.path, &self.file).unwrap_or(false)
    }
}

/// Whether a path still leads to what was opened there.
pub(super) fn leads_to(path: &Path, opened: &File) -> io::Result<bool> {
    let (opened, now) = (opened.metadata()?, fs::metadata(path)?);
    Ok((opened.dev(), opened.ino()) == (now.dev(), now.ino()))
}

/// The caller's `PATH`, and where the shell's own tools are.
pub(super) fn tools_path() -> String {
    let own = std::env::var("PATH").unwrap_or_default();
    format!("{own}:/usr/bin:/bin")
}

/// Makes a folder for its owner alone, if it is not there.
fn create_private(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
