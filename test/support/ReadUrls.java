import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads one URL per line of standard input (base64 of UTF-8) and answers "protocol host port" of each, or "-" where it is none. */
public class ReadUrls {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(read(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8)));
    }
  }

  private static String read(String text) {
    try {
      URL url = new URL(text);
      int port = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
      return (url.getProtocol() + " " + url.getHost() + " " + port).replaceAll("[\\r\\n]", "?");
    } catch (MalformedURLException refused) {
      return "-";
    }
  }
}
