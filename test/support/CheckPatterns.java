import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Compiles one pattern per line of standard input (base64 of UTF-16BE) and returns "+", or "-" with Java's reason, for each.
 * Where a name follows the pattern, it returns "found", "not found", or "broken" where Java itself fails.
 */
public class CheckPatterns {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      var parts = line.split(" ", -1);
      System.out.println(parts.length == 1 ? judge(decode(parts[0])) : search(decode(parts[0]), decode(parts[1])));
    }
  }

  private static String decode(String part) {
    return new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_16BE);
  }

  private static String search(String pattern, String name) {
    try {
      return Pattern.compile(pattern).matcher(name).find() ? "found" : "not found";
    } catch (RuntimeException | StackOverflowError bug) {
      return "broken";
    }
  }

  private static String judge(String pattern) {
    try {
      Pattern.compile(pattern);
      return "+";
    } catch (PatternSyntaxException refused) {
      return "-" + refused.getDescription().replaceAll("\\s+", " ");
    }
  }
}
