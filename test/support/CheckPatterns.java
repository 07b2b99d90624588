import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Compiles one pattern per line of standard input (base64 of UTF-16BE) and answers "+", or "-" with Java's reason, for each. */
public class CheckPatterns {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    var answers = new StringBuilder();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      answers.append(judge(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_16BE))).append('\n');
    }
    System.out.print(answers);
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
