/**
 * The bridge as a text for `perl -e`. It takes how many ways there are, port and socket file of each, then the program
 * and its arguments. The doors are open before the program starts; one process then carries the bytes and one waits for
 * the program, whose end, or the end of the carrier, is the end of all. What is opened here is closed when the program
 * is started (`$^F`).
 *
 * It uses no module: loading Socket.pm alone takes four times as long as all of this. So numbers of Linux stand here
 * by themselves: family 1 is a socket file, 2 the network, type 1 a stream; flags 0x4040 send what fits without waiting
 * and without SIGPIPE; error 11 says that nothing fitted.
 */
export const perlBridge = String.raw`
my %door;
for (1 .. shift) {
  my ($port, $file) = splice @ARGV, 0, 2;
  my $door;
  socket($door, 2, 1, 0) && bind($door, pack("S n C4 x8", 2, $port, 127, 0, 0, 1)) && listen($door, 511)
    or stop(125, "The way to the network could not be opened: $!");
  $door{fileno $door} = { socket => $door, file => $file };
}
# The program gets these itself.
$SIG{TERM} = $SIG{INT} = sub {};

my $program = fork // stop(125, "The program could not be started: $!");
if ($program == 0) {
  $SIG{TERM} = $SIG{INT} = "DEFAULT";
  delete $ENV{PERL_BADLANG};
  exec { $ARGV[0] } @ARGV or stop(127, "$ARGV[0]: $!");
}
my $carrier = fork // stop(125, "The way to the network could not be opened: $!");
carry() if $carrier == 0;

my $ended;
1 until ($ended = wait) > 0;
my $how = $?;
stop(125, "The way to the network broke.") if $ended == $carrier;
kill "KILL", $carrier;
waitpid $carrier, 0;
exit($how & 127 ? 128 + ($how & 127) : $how >> 8);

sub stop {
  my ($code, $why) = @_;
  print STDERR "$why\n";
  exit $code;
}

sub carry {
  # By number: its socket, the number of the other end, what waits to be sent to it, whether it has said all.
  my %end;
  while () {
    my ($read, $write) = ("", "");
    vec($read, $_, 1) = 1 for keys %door;
    for (keys %end) {
      vec($write, $_, 1) = 1 if length $end{$_}{held};
      vec($read, $_, 1) = 1 unless $end{$_}{over} || length $end{$end{$_}{other}}{held};
    }
    next unless select($read, $write, undef, undef) > 0;
    for my $end (keys %end) {
      # It may have gone with its other end.
      my $this = $end{$end} or next;
      my $other = $end{$this->{other}};
      my $alive = 1;
      if (vec($write, $end, 1)) {
        my $sent = send $this->{socket}, $this->{held}, 0x4040;
        if (defined $sent) { substr($this->{held}, 0, $sent) = "" }
        else { $alive = $! == 11 }
      }
      if (vec($read, $end, 1)) {
        my $length = sysread $this->{socket}, $other->{held}, 65536;
        $alive &&= defined $length;
        $this->{over} = 1 if defined $length && $length == 0;
      }
      for ([$this, $other], [$other, $this]) {
        my ($from, $to) = @$_;
        shutdown($to->{socket}, 1) if $from->{over} && !length $to->{held};
      }
      delete @end{$end, $this->{other}}
        if !$alive || $this->{over} && $other->{over} && !length($this->{held} . $other->{held});
    }
    for my $door (map { vec($read, $_, 1) ? $door{$_} : () } keys %door) {
      # Out of descriptors: the one who knocks is still there a moment later.
      my ($inner, $outer);
      accept($inner, $door->{socket}) or select(undef, undef, undef, 0.05), next;
      socket($outer, 1, 1, 0) && connect($outer, pack("S a*", 1, $door->{file})) or next;
      my ($in, $out) = (fileno $inner, fileno $outer);
      $end{$in} = { socket => $inner, other => $out, held => "", over => 0 };
      $end{$out} = { socket => $outer, other => $in, held => "", over => 0 };
    }
  }
}
`;
