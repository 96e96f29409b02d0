/** Completion scripts for shells. They call `jobdeck complete` for every Tab. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

// Works without the library bash-completion and in the bash 3.2 of macOS. Readline breaks words at “:” and “=”, so the
// replies must not repeat the text before them.
const bash = `# For ~/.bashrc: eval "$(jobdeck completion bash)"
_jobdeck() {
  local line=\${COMP_LINE:0:COMP_POINT} words word
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local current=\${words[\${#words[@]}-1]}
  local before=\${current%"\${current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ -n $word ]] && COMPREPLY+=("\${word#"$before"}")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _jobdeck jobdeck`;

const zsh = `#compdef jobdeck
# For ~/.zshrc, after compinit: eval "$(jobdeck completion zsh)"
_jobdeck() {
  local -a candidates
  local line tab=$'\\t'
  for line in "\${(@f)$("$words[1]" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
  done
  if (( $#candidates )); then _describe jobdeck candidates; else _files; fi
}
compdef _jobdeck jobdeck`;

const fish = `# For ~/.config/fish/config.fish: jobdeck completion fish | source
function __jobdeck_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c jobdeck -a '(__jobdeck_complete)'`;

/** The script for a shell. */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell];
}
