/** Variables that only change wording, colours, levels or places of no consequence. */
const harmless =
  /^(?:CI|DEBUG|NODE_ENV|RAILS_ENV|RACK_ENV|APP_ENV|ENVIRONMENT|TZ|LANG|LANGUAGE|LC_[A-Z]+|TERM|COLUMNS|LINES|NO_COLOR|(?:CLI)?COLOR|(?:FORCE|CLICOLOR)(?:_COLOR|_FORCE)?|CARGO_TERM_COLOR|RUST_LOG|RUST_BACKTRACE|GOOS|GOARCH|CGO_ENABLED|GO111MODULE|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS|PORT|HOST|LOG_LEVEL|VERBOSE|DEBIAN_FRONTEND)$/;

/** Variables a shell or common programs take programs, options or places from; exported or not, they count. */
const changing =
  /^(?:PATH|IFS|ENV|BASH_.*|BASHOPTS|SHELLOPTS|SHELL|PS[0-9]|PROMPT_COMMAND|FPATH|fpath|path|CDPATH|HOME|ZDOTDIR|LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|NLSPATH|TERMINFO.*|TMPDIR|XDG_.*|GIT_.*|SSH_.*|GPG_.*|GNUPG.*|SUDO_.*|NODE_.*|NPM_.*|npm_.*|YARN_.*|BUN_.*|DENO_.*|PYTHON.*|PIP_.*|UV_.*|VIRTUAL_ENV|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|JAVA_.*|_JAVA_OPTIONS|JDK_.*|MAVEN_.*|GRADLE_.*|CLASSPATH|GO.*|CARGO.*|RUST.*|CC|CXX|CPP|LD|AR|MAKE.*|[A-Z_]*FLAGS|DOCKER_.*|KUBECONFIG|AWS_.*|[A-Za-z_]*PAGER|MAN.*|LESS.*|[A-Z_]*EDITOR|VISUAL|BROWSER|[A-Za-z_]*_PROXY|[a-z_]*_proxy|[A-Z_]*ASKPASS|CURL_.*|WGETRC|OPENSSL_.*|SSL_.*|RIPGREP_CONFIG_PATH|GREP_.*|HIST.*|OSTYPE|FUNCNEST|POSIXLY_CORRECT|GLOBIGNORE|EXECIGNORE|INPUTRC|MAIL.*)$/;

/** Whether a variable given to a command for its run leaves what it does as it is. */
export function isHarmless(name: string): boolean {
  return harmless.test(name);
}

/** Whether setting a variable changes what later commands do, though nobody exports it. */
export function changesPrograms(name: string): boolean {
  return changing.test(name) && !harmless.test(name);
}
