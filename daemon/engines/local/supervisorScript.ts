/** The supervisor of a job on POSIX, as text for a shell. docs/ARCHITECTURE.md, "Local jobs", says what it is for. */

/** What ends a process by default. Trapped with a command, not ignored: what is ignored would stay so in the job. */
const signals = 'HUP INT QUIT PIPE ALRM TERM USR1 USR2 VTALRM PROF XCPU XFSZ';

/**
 * `$1` is the run folder, the rest is the command; descriptor 3 tells the daemon, by its end, that `pid` is written.
 * Built-ins only, and no variables: they could be exported into the job.
 *
 * The order is what makes a launch revocable: first `pid` is written, then `go` is looked for. Whoever removes `go`
 * and then finds no pid knows that nothing will run. A signal sent after `go` was removed is not lost either: where
 * `go` is looked for, the traps are gone already.
 *
 * `exec` in a subshell never takes a built-in for the program. The status goes over the blanks in `exit`, which needs
 * no space on the disk (`<>` does not truncate). What the shell itself has to say of a killed command ("Terminated")
 * stays out of the log.
 */
export const supervisorScript = `
trap : ${signals}
[ -w "$1/exit" ] || exit 125
exec 4<>"$1/exit"
set -C
echo "$$" >"$1/pid" || exit 125
exec 2>/dev/null 3>&-
(
  trap - ${signals}
  [ -e "$1/go" ] || { echo revoked >&4; exit 125; }
  shift
  exec 2>&1
  exec "$@" 4>&-
)
set -- "$?"
echo "$1" >&4
exit "$1"
`;

/** The name the shell puts before its own messages in the log, such as that a command was not found. */
export const supervisorName = 'jobdeck';
