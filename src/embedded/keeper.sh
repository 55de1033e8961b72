# The keeper of one private server: starts it when a user says so, stops it when the last user is gone.
# It runs in the server's folder; its standard input is the FIFO `users`.
# $1: the folder of the server programs; $2: `temporary` or `durable`; $3: the folder of the socket.
programs=$1 lifetime=$2 sockets=$3
umask 077
# What the caller left open, the pipe of a job server perhaps, must not stay open as long as the server runs.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

initialise() {
    rm -rf data.new password.new
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >password.new
    for locale in C.UTF-8 C; do
        "$programs/initdb" -D data.new -N --data-checksums -U spending_user -A scram-sha-256 \
            --pwfile=password.new -E UTF8 --locale-provider=libc --locale="$locale" && break
    done || return
    mv password.new data.new/password || return
    echo "include '../server.conf'" >>data.new/postgresql.conf || return
    [ "$lifetime" = temporary ] || flush || return
    mv data.new data || return
    [ "$lifetime" = temporary ] || sync .
}

# The whole file system at once was measured at a tenth of the time of each of the thousand files.
flush() {
    { [ "$(uname)" = Linux ] && sync -f data.new; } || "$programs/initdb" -D data.new -S
}

start() {
    { [ -d data ] || initialise; } && "$programs/pg_ctl" start -D data -l server.log -w -t 600 -s
}

obey() {
    if [ "$1" = start ]; then
        [ ! -e server.log ] || mv server.log server.log.1
        start </dev/null >>server.log 2>&1 || : >failed
    fi
}

is_ready=$programs/pg_isready
[ -x "$is_ready" ] || is_ready=pg_isready

# Asked of the socket: the number in a stale postmaster.pid may by now be a stranger's. A dead server refuses at once; one
# that is merely slow on a busy machine is waited for.
answers() {
    [ -e data/postmaster.pid ] || return
    "$is_ready" -q -t 60 -h "$(sed -n 5p data/postmaster.pid)" -p "$(sed -n 4p data/postmaster.pid)"
    [ $? -le 1 ]
}

finish() {
    if [ "$lifetime" = temporary ]; then mode=immediate; else mode=fast; fi
    if answers; then "$programs/pg_ctl" stop -D data -m "$mode" -w -t 600 -s || return; fi
    folder=$(pwd -P)
    [ "$sockets" = "$folder" ] || rm -rf "$sockets"
    if [ "$lifetime" = temporary ]; then
        cd / && mv "$folder" "$folder.$$" && rm -rf "$folder.$$"
    fi
}

while :; do
    while read -r word; do obey "$word"; done
    # Nobody is left. Whoever came in before the door closed has sent a word, and it is opened again.
    : >closing
    read -r word || break
    rm closing
    obey "$word"
done

# The FIFO stays open: as long as it has a reader, newcomers wait.
[ -e keep ] || finish </dev/null >>server.log 2>&1
